import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { REAL_DATA } from '../real-data.ts';

/** The description of the venue's REST that lies beside recorded data; undefined where it is absent. */
const FILE = resolve(dirname(REAL_DATA), 'kalshi', 'openapi-2026-10.json');

interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: unknown }>> }>
  >;
}

interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

/** Holds answers against the venue's own description. */
export class KalshiDescription {
  static readonly atHand = existsSync(FILE);
  readonly #description: Description = JSON.parse(readFileSync(FILE, 'utf8'));
  readonly #ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  readonly #known = new Map<string, ValidateFunction>();

  constructor() {
    this.#ajv.addSchema({ $id: 'kalshi', components: withNullable(this.#description.components) } as never);
  }

  /** What is wrong with an answer to an operation: nothing is an empty list. */
  complaints(method: string, path: string, status: number, body: unknown): string[] {
    const found = this.#operation(method, path);
    if (found === undefined) return [`${method} ${path} is not described`];
    const response = found.operation.responses[String(status)];
    if (response === undefined) return [`${method} ${found.path} does not answer ${status}`];
    const schema = Object.values(response.content ?? {})[0]?.schema;
    if (schema === undefined) return [];
    const key = `${method} ${found.path} ${status}`;
    const validate = this.#known.get(key) ?? this.#ajv.compile(rooted(withNullable(schema)) as object);
    this.#known.set(key, validate);
    validate(body);
    return (validate.errors ?? []).map(({ instancePath, message }) => `${key}${instancePath} ${message}`);
  }

  /** The name and the path of an operation, as the description has them; undefined where it has none. */
  named(method: string, path: string): { name: string; path: string } | undefined {
    const found = this.#operation(method, path);
    return found === undefined ? undefined : { name: found.operation.operationId, path: found.path };
  }

  #operation(method: string, path: string): { path: string; operation: Operation } | undefined {
    const words = path.split('/');
    const fits = (template: string): boolean => {
      const parts = template.split('/');
      return parts.length === words.length && parts.every((part, at) => part.startsWith('{') || part === words[at]);
    };
    const held = (template: string): number => template.split('{').length;
    const templates = Object.keys(this.#description.paths).filter(
      (template) => fits(template) && method.toLowerCase() in this.#description.paths[template]!,
    );
    const best = templates.sort((one, other) => held(one) - held(other))[0];
    return best === undefined
      ? undefined
      : { path: best, operation: this.#description.paths[best]![method.toLowerCase()]! };
  }
}

/** OpenAPI 3.0 says `nullable`; JSON Schema says "or null". */
function withNullable(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withNullable);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { nullable, ...rest } = schema as Readonly<Record<string, unknown>>;
  const inner = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, withNullable(value)]));
  return nullable === true ? { anyOf: [{ type: 'null' }, inner] } : inner;
}

function rooted(schema: unknown): unknown {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"kalshi#/components'));
}
