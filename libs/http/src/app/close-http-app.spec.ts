import { describe, expect, it } from '@jest/globals';
import { Controller, Module, type OnModuleDestroy } from '@nestjs/common';
import { PublicGet } from '../routes/ledger-routes.js';
import { closeHttpApp } from './close-http-app.js';
import { startTestApp } from './http-app.fixture.js';

// Goal: an end loses no request under way, accepts no new one, and is bounded. Method: a handler that waits for a word
// of the spec, and a module that notes when it lets go of its resources.

const order: string[] = [];
let release: () => void = () => undefined;
let arrived: () => void = () => undefined;

@Controller()
class WaitingController {
  @PublicGet('wait', { summary: 'Waits.' })
  async wait(): Promise<object> {
    arrived();
    await new Promise<void>((resolve) => (release = resolve));
    order.push('answered');
    return { done: true };
  }
}

@Module({ controllers: [WaitingController] })
class WaitingModule implements OnModuleDestroy {
  onModuleDestroy(): void {
    order.push('resources released');
  }
}

describe('the end of an application', () => {
  it('lets requests under way end before anything is released, and accepts no new ones', async () => {
    order.splice(0);
    const server = await startTestApp(WaitingModule);
    const here = new Promise<void>((resolve) => (arrived = resolve));
    const answer = server.send({ path: '/wait' });
    await here;
    const closed = closeHttpApp(server.app).then(() => order.push('closed'));
    await expect(server.send({ path: '/livez' })).rejects.toThrow();
    expect(order).toEqual([]);
    release();
    expect((await answer).json).toEqual({ done: true });
    await closed;
    expect(order).toEqual(['answered', 'resources released', 'closed']);
  });

  it('does not wait for ever', async () => {
    order.splice(0);
    const server = await startTestApp(WaitingModule);
    const here = new Promise<void>((resolve) => (arrived = resolve));
    const answer = server.send({ path: '/wait' }).catch(() => 'cut off');
    await here;
    await closeHttpApp(server.app, 100);
    expect(await answer).toBe('cut off');
    expect(order).toContain('resources released');
    release();
  });
});
