import { isBefore, type Place } from './place.js';

/** Followers at most this many events behind the foremost share the feed from the start. */
const NEAR_EVENTS = 10_000n;

/**
 * At start the followers wait for each other, so that those that stopped near one another begin with one common
 * subscription instead of catching up one by one.
 */
export class StartingLine {
  private readonly places: Place[] = [];
  private readonly ready: Promise<void>;
  private go: () => void = () => undefined;

  constructor(
    private missing: number,
    private readonly begin: (lowest: Place) => void,
  ) {
    this.ready = new Promise((resolve) => (this.go = resolve));
    if (missing === 0) this.go();
  }

  /** A follower is ready at its place, or (`undefined`) does not start now. Resolves when all have reported. */
  report(place: Place | undefined): Promise<void> {
    if (place !== undefined) this.places.push(place);
    this.missing -= 1;
    if (this.missing === 0) {
      const lowest = lowestOfForemost(this.places);
      if (lowest !== undefined) this.begin(lowest);
      this.go();
    }
    return this.ready;
  }
}

/** The lowest place of the group that is near the foremost one. */
export function lowestOfForemost(places: readonly Place[]): Place | undefined {
  const foremost = places.reduce((most, { seen }) => (seen > most ? seen : most), 0n);
  const near = places.filter(({ seen }) => seen + NEAR_EVENTS >= foremost);
  return near.reduce<Place | undefined>(
    (lowest, place) => (lowest === undefined || isBefore(place.position, lowest.position) ? place : lowest),
    undefined,
  );
}
