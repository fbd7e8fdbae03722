import { Fault } from '../../core/fault.ts';
import type { Money } from '../../core/money.ts';
import type { Quantity } from '../../core/quantity.ts';
import type { ParamSchema } from '../../engine/params.ts';
import { readParams, writtenParams } from '../../engine/params.ts';
import type { Setting } from './reopened-run.ts';

const FACTORS = [0.25, 0.5, 1, 2, 4, 10];

/** A size of the whole undertaking. */
export interface Scale {
  readonly factor: number;
  readonly setting: Setting;
}

/** The parameters that say how much to trade. */
export function sizeParams(schema: ParamSchema): string[] {
  return Object.entries(schema)
    .filter(([, { role }]) => role === 'size')
    .map(([name]) => name);
}

/**
 * The same strategy, smaller and larger: its size parameters, the limits in contracts and dollars, and the cash begun with, all times one
 * factor. Shares and counts stay. A factor that takes a parameter out of its range is left out.
 */
export function scalesOf(base: Setting, schema: ParamSchema): Scale[] {
  return FACTORS.flatMap((factor) => {
    const written = writtenParams(schema, base.params);
    const sized = Object.fromEntries(sizeParams(schema).map((name) => [name, Number(written[name]) * factor]));
    const params = { ...base.params, ...sized };
    if (!allowed(schema, params)) return [];
    const { limits } = base;
    const scaled = (amount: number): number => Math.round(amount * factor);
    const setting: Setting = {
      ...base,
      params,
      startingCash: scaled(base.startingCash) as Money,
      limits: {
        ...limits,
        positionContracts: scaled(limits.positionContracts) as Quantity,
        orderCost: scaled(limits.orderCost) as Money,
        positionCost: scaled(limits.positionCost) as Money,
      },
    };
    return [{ factor, setting }];
  });
}

function allowed(schema: ParamSchema, params: Setting['params']): boolean {
  try {
    readParams(schema, params);
    return true;
  } catch (error) {
    if (error instanceof Fault) return false;
    throw error;
  }
}
