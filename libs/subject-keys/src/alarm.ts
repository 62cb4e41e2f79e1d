/** Something that must never happen to a key did; whoever runs the ledger is told at once. */
export interface KeyAlarm {
  readonly kind:
    /** A destroyed key, or one that is not what its fingerprint says, is alive. */
    | 'key-resurrected'
    /** Wrapped bytes were altered, or moved to another row. */
    | 'key-damaged'
    /** The key-encryption key of a living key does not exist. */
    | 'key-lost'
    /** A key that an envelope names is not in the key store. */
    | 'key-unknown'
    /** An envelope does not open under its own key. */
    | 'envelope-altered';
  readonly kid: string;
}

/** Where alarms go. It must not throw. */
export type AlarmSink = (alarm: KeyAlarm) => void;
