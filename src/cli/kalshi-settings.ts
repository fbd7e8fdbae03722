import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { Fault } from '../core/fault.ts';
import { type Environment, environmentNamed } from '../kalshi/environment.ts';
import { keyTypeOf, type Signer, signerOf } from '../kalshi/signer.ts';

/** The names of the variables, and what they hold. */
const VARIABLES = ['KALSHI_API_KEY', 'KALSHI_API_SECRET', 'KALSHI_ENVIRONMENT', 'LOG_LEVEL'] as const;

const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;

/** What `LOG_LEVEL` may say: from there on is logged. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The account and where it is, as the environment and `.env` name it. Never holds the private key itself. */
export interface KalshiSettings {
  readonly environment: Environment;
  readonly keyId: string | null;
  /** Path of the PEM file. */
  readonly keyFile: string | null;
  readonly logLevel: LogLevel;
}

/**
 * Reads `KALSHI_API_KEY`, `KALSHI_API_SECRET` (path of a PEM file), `KALSHI_ENVIRONMENT` and `LOG_LEVEL`; a `.env` in the working folder
 * gives what the environment does not. Throws a Fault (`invalid-parameter`, `missing-file`) that names the variable.
 */
export function kalshiSettings(environment: NodeJS.ProcessEnv = process.env, file = '.env'): KalshiSettings {
  const given = { ...variablesOf(file) };
  for (const name of VARIABLES) if ((environment[name] ?? '') !== '') given[name] = environment[name];
  const level = given.LOG_LEVEL || 'warn';
  if (!LOG_LEVELS.some((known) => known === level)) {
    throw new Fault('invalid-parameter', `LOG_LEVEL is "${level.slice(0, 40)}"`, {
      next: `Use one of ${LOG_LEVELS.join(', ')}.`,
    });
  }
  return {
    environment: environmentNamed(given.KALSHI_ENVIRONMENT || 'demo'),
    keyId: given.KALSHI_API_KEY || null,
    keyFile: given.KALSHI_API_SECRET || null,
    logLevel: level as LogLevel,
  };
}

/** The signer of the account, and the type of its key. Throws a Fault (`missing-credentials`, `invalid-credentials`). */
export function signerFrom(settings: KalshiSettings): { signer: Signer; keyType: string } {
  const { keyId, keyFile } = settings;
  const next = 'Set it in the environment or in .env (see .env.example).';
  if (keyId === null) throw new Fault('missing-credentials', 'KALSHI_API_KEY is not set', { next });
  if (keyFile === null) throw new Fault('missing-credentials', 'KALSHI_API_SECRET is not set', { next });
  if (keyFile.includes('-----BEGIN')) {
    throw new Fault('invalid-credentials', 'KALSHI_API_SECRET holds a key; it must hold the path of its file', {
      next: 'Save the key to a file that only you can read, and name that file.',
    });
  }
  const pem = keyText(keyFile);
  return { signer: signerOf(keyId, pem), keyType: keyTypeOf(pem) };
}

function keyText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'is not there' : 'cannot be read';
    throw new Fault('missing-credentials', `the file that KALSHI_API_SECRET names, ${file}, ${why}`, {
      next: 'Give the path of the private key (PEM) that Kalshi had you download.',
    });
  }
}

function variablesOf(file: string): NodeJS.Dict<string> {
  try {
    return parseEnv(readFileSync(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new Fault('missing-file', `${file} cannot be read`, {
      next: 'Correct its permissions, or remove it.',
      cause: error,
    });
  }
}
