/** A request that the exchange answers with an error: the status and the body that go over the wire. */
export class Refusal extends Error {
  override name = 'Refusal';
  readonly status: number;
  readonly body: unknown;

  constructor(status: number, body: unknown) {
    super(JSON.stringify(body));
    this.status = status;
    this.body = body;
  }

  /** What a batch says of one of its items. */
  get item(): unknown {
    const { error } = this.body as { error?: unknown };
    return typeof error === 'object' && error !== null ? error : this.body;
  }
}

/** A refusal of the business or of the signature: `{"error": {"code", "message", "details"}}`. */
export function refusal(status: number, code: string, details?: string): Refusal {
  const message = code === 'authentication_error' ? code : code.replaceAll('_', ' ');
  return new Refusal(status, { error: { code, message, ...(details === undefined ? {} : { details }) } });
}

/** A body that cannot be read: `{"code", "message", "details"}`. */
export function unreadable(code: string, details: string): Refusal {
  return new Refusal(400, { code, message: code.replaceAll('_', ' '), details });
}

/** A field of a request that says what cannot be. */
export function badParameter(details: string): Refusal {
  return refusal(400, 'invalid_parameters', details);
}

/** A query that does not pass the validation of its operation: `{"msg"}`. */
export function badQuery(operation: string, field: string, tag: string): Refusal {
  const key = `${operation}Params.${field}`;
  return new Refusal(400, {
    msg: `Parameter validation failed for ${operation}: Key: '${key}' Error:Field validation for '${field}' failed on the '${tag}' tag`,
  });
}

/** An empty bucket: `{"error"}`, and nothing about when to come back. */
export function tooManyRequests(): Refusal {
  return new Refusal(429, { error: 'too many requests' });
}

export function notFound(): Refusal {
  return refusal(404, 'not_found');
}
