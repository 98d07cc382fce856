import type { Reporter, TestCase, TestModule } from 'vitest/node';

const LOOK_EVERY_MS = 60_000;

/**
 * Says, minute by minute, which files and tests have run for more than one: what a run that hangs hangs in, and what
 * a slow run is slow in.
 */
export default class SlowTests implements Reporter {
  readonly #files = new Map<string, { readonly name: string; readonly since: number; test: string | undefined }>();
  #timer: ReturnType<typeof setInterval> | undefined;

  onTestRunStart(): void {
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS).unref();
  }

  onTestModuleStart(module: TestModule): void {
    this.#files.set(module.id, { name: module.relativeModuleId, since: performance.now(), test: undefined });
  }

  onTestCaseReady(test: TestCase): void {
    const file = this.#files.get(test.module.id);
    if (file !== undefined) file.test = test.fullName;
  }

  onTestModuleEnd(module: TestModule): void {
    this.#files.delete(module.id);
  }

  onTestRunEnd(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const now = performance.now();
    for (const { name, since, test } of this.#files.values()) {
      const seconds = Math.round((now - since) / 1000);
      if (seconds >= LOOK_EVERY_MS / 1000)
        process.stdout.write(`  still running after ${seconds} s: ${name}: ${test ?? 'before its first test'}\n`);
    }
  }
}
