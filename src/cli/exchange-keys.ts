import { type createPublicKey, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../core/fault.ts';
import { generateKeys, type KeyType, publicKeyOf } from '../exchange/keys.ts';
import { writeFault } from '../tape/write-fault.ts';
import type { Session } from './session.ts';

/** A key of the local exchange, as its files have it. Its name is that of its account. */
export interface KeyFile {
  readonly name: string;
  readonly keyId: string;
  readonly type: KeyType;
  /** The private half, in PEM: for the client. */
  readonly privateKeyFile: string;
}

interface NewKey {
  readonly name: string;
  readonly type: KeyType;
}

/** Runs `tapedeck exchange keygen`. */
export function makeKey(asked: NewKey, session: Session): void {
  const key = createKey(session.dataFolder, asked);
  if (session.json) session.print(JSON.stringify(key, null, 2));
  else session.print(keyText(key));
  session.note('It is for the exchange on this machine only, and worth nothing anywhere else.');
}

/** What a client needs to know of a key. */
export function keyText({ name, keyId, type, privateKeyFile }: KeyFile): string {
  return `account      ${name}\nkey id       ${keyId}\nprivate key  ${privateKeyFile} (${type}, PEM)`;
}

/** Makes a key and writes it down. Throws a Fault where the name is taken or cannot be one. */
export function createKey(dataFolder: string, { name, type }: NewKey): KeyFile {
  if (!/^[a-z0-9][a-z0-9-]{0,39}$/.test(name)) {
    const next = 'Use small letters, digits and dashes.';
    throw new Fault('usage', `"${name}" cannot be the name of a key`, { next });
  }
  const folder = keysFolder(dataFolder);
  const privateKeyFile = join(folder, `${name}.pem`);
  if (existsSync(privateKeyFile)) {
    throw new Fault('usage', `there is a key "${name}" already: ${privateKeyFile}`, { next: 'Choose another --name.' });
  }
  const keyId = randomUUID();
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(privateKeyFile, generateKeys(type).privatePem, { mode: 0o600, flag: 'wx' });
    writeFileSync(join(folder, `${name}.json`), `${JSON.stringify({ key_id: keyId, type }, null, 2)}\n`);
  } catch (error) {
    throw writeFault(error, dataFolder);
  }
  return { name, keyId, type, privateKeyFile };
}

/** The keys in a data folder, by name. Throws a Fault (`malformed-input`) where one of them is none. */
export function readKeys(dataFolder: string): (KeyFile & { publicKey: ReturnType<typeof createPublicKey> })[] {
  const folder = keysFolder(dataFolder);
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((file) => file.endsWith('.json'));
  return names.sort().map((file) => {
    const name = file.slice(0, -'.json'.length);
    const privateKeyFile = join(folder, `${name}.pem`);
    try {
      const { key_id: keyId, type } = JSON.parse(readFileSync(join(folder, file), 'utf8'));
      const publicKey = publicKeyOf(readFileSync(privateKeyFile, 'utf8'));
      if (publicKey !== undefined && typeof keyId === 'string') return { name, keyId, type, privateKeyFile, publicKey };
    } catch {
      // Told below, with everything else that is no key.
    }
    throw new Fault('malformed-input', `${join(folder, file)} and its .pem are not a key of this exchange`, {
      next: 'Remove both files, and make a key anew with "npx tapedeck exchange keygen".',
    });
  });
}

function keysFolder(dataFolder: string): string {
  return join(dataFolder, 'exchange', 'keys');
}
