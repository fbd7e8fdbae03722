import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { parse } from 'yaml';
import { REAL_DATA } from '../real-data.ts';
import type { Frame } from './scene.ts';

/** The description of the venue's socket that lies beside recorded data. */
const FILE = resolve(dirname(REAL_DATA), 'kalshi', 'asyncapi-2026-10.yaml');

interface Payload {
  readonly properties?: { readonly type?: { readonly const?: string } };
}

/** Holds frames against the venue's own description. */
export class SocketDescription {
  static readonly atHand = existsSync(FILE);
  readonly #schemas: Readonly<Record<string, Payload>>;
  readonly #ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  readonly #known = new Map<string, ValidateFunction>();

  constructor() {
    const { components } = parse(readFileSync(FILE, 'utf8'));
    this.#schemas = components.schemas;
    this.#ajv.addSchema({ $id: 'kalshi', components } as never);
  }

  /** What is wrong with a frame: nothing is an empty list. */
  complaints(frame: Frame): string[] {
    const name = this.#nameOf(frame);
    if (name === undefined) return [`no message has the type ${frame.type}`];
    const validate = this.#known.get(name) ?? this.#ajv.compile({ $ref: `kalshi#/components/schemas/${name}` });
    this.#known.set(name, validate);
    validate(frame);
    // The description's pattern of a ticker has no point, which the tickers of its own weather markets have.
    const wrong = (validate.errors ?? []).filter(({ keyword, instancePath }) => {
      return !(keyword === 'pattern' && instancePath === '/msg/market_ticker');
    });
    return wrong.map(({ instancePath, message }) => `${name}${instancePath} ${message}`);
  }

  #nameOf({ type, msg }: Frame): string | undefined {
    // Two acknowledgements share a type: that of a list has a list.
    if (type === 'ok' && Array.isArray(msg)) return 'listSubscriptionsResponsePayload';
    return Object.keys(this.#schemas).find((name) => {
      return name.endsWith('Payload') && this.#schemas[name]!.properties?.type?.const === type;
    });
  }
}
