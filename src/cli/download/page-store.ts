import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../../core/fault.ts';
import type { Time } from '../../core/time.ts';
import { type WireObject, wireObject } from '../../kalshi/wire.ts';
import { placeFile } from '../../tape/record/segment-files.ts';
import { writeFault } from '../../tape/write-fault.ts';
import type { Asked, DownloadRequest } from './download-request.ts';

const REQUEST = 'request.json';

/** The pages of a download as the venue sent them, each a file that is whole or not there: `<list>/<number>.json`. */
export class PageStore {
  readonly folder: string;
  readonly request: DownloadRequest;

  private constructor(folder: string, request: DownloadRequest) {
    this.folder = folder;
    this.request = request;
  }

  /**
   * Opens the folder for what is asked, or goes on with the same; `present` gives the venue's time for a new one. Throws a Fault: `usage` where
   * the folder holds another request, `cannot-write`, and those of `present`.
   */
  static async open(folder: string, asked: Asked, present: () => Promise<Time>): Promise<PageStore> {
    const path = join(folder, REQUEST);
    if (!existsSync(path)) {
      const store = new PageStore(folder, { ...asked, asOf: await present() });
      store.#place('', REQUEST, store.request);
      return store;
    }
    const before = JSON.parse(readFileSync(path, 'utf8')) as DownloadRequest;
    const { asOf: _, ...known } = before;
    const names = new Set([...Object.keys(asked), ...Object.keys(known)]) as Set<keyof Asked>;
    const differing = [...names].filter((name) => JSON.stringify(before[name]) !== JSON.stringify(asked[name]));
    if (differing.length === 0) return new PageStore(folder, before);
    const said = differing.map((name) => `${name} ${JSON.stringify(before[name])}, not ${JSON.stringify(asked[name])}`);
    throw new Fault('usage', `${folder} holds another download: ${said.join('; ')}`, {
      next: 'Ask for the same to go on with it, or choose another --name.',
    });
  }

  /** The pages of a list so far, in order. */
  *pages(list: string): Generator<WireObject> {
    for (let number = 0; number < this.count(list); number++) yield this.page(list, number);
  }

  count(list: string): number {
    const folder = join(this.folder, list);
    return existsSync(folder) ? readdirSync(folder).filter((name) => /^\d{6}\.json$/.test(name)).length : 0;
  }

  page(list: string, number: number): WireObject {
    const path = join(this.folder, list, pageName(number));
    return wireObject(JSON.parse(readFileSync(path, 'utf8')), path);
  }

  /** Keeps the next page of a list. */
  keep(list: string, page: WireObject): void {
    this.#place(list, pageName(this.count(list)), page);
  }

  /** The list is to be asked for anew. */
  forget(list: string): void {
    rmSync(join(this.folder, list), { recursive: true, force: true });
  }

  #place(list: string, name: string, value: unknown): void {
    const folder = join(this.folder, list);
    try {
      mkdirSync(folder, { recursive: true });
      placeFile(folder, name, Buffer.from(`${JSON.stringify(value)}\n`));
    } catch (error) {
      throw writeFault(error, folder);
    }
  }
}

function pageName(number: number): string {
  return `${String(number).padStart(6, '0')}.json`;
}
