import type { Quantity } from '../core/quantity.ts';
import { BodyReader } from './body-reader.ts';
import type { Exchange } from './exchange.ts';
import type { OrderGroup } from './order-groups.ts';
import { checkPlace } from './order-requests.ts';
import { badParameter } from './refusal.ts';
import { type Answer, type Call, created, ok, type Route } from './route.ts';
import { countText } from './wire-format.ts';

const GROUPS = '/portfolio/order_groups';
const MOST_CONTRACTS = 1_000_000;

/** Order groups: a kill switch over orders that match too much. */
export function groupRoutes(exchange: Exchange): Route[] {
  const withGroup = (act: (group: OrderGroup, call: Call) => void) => {
    return (call: Call): Answer => {
      act(exchange.groupOf(call.account, call.params.group!), call);
      return ok({});
    };
  };
  return [
    {
      method: 'POST',
      path: `${GROUPS}/create`,
      name: 'CreateOrderGroup',
      answer: ({ account, json }) => {
        const body = new BodyReader(json, 'CreateOrderGroupRequest');
        checkPlace(body);
        const { id } = exchange.createGroup(account, limitOf(body));
        return created({ order_group_id: id, subaccount: 0, exchange_index: 0 });
      },
    },
    {
      method: 'GET',
      path: GROUPS,
      name: 'GetOrderGroups',
      answer: ({ account }) =>
        ok({ order_groups: [...account.groups.values()].map((group) => ({ id: group.id, ...facts(group) })) }),
    },
    {
      method: 'GET',
      path: `${GROUPS}/:group`,
      name: 'GetOrderGroup',
      answer: ({ account, params }) => {
        const group = exchange.groupOf(account, params.group!);
        return ok({ ...facts(group), orders: group.restingOrders.map(({ id }) => id) });
      },
    },
    {
      method: 'DELETE',
      path: `${GROUPS}/:group`,
      name: 'DeleteOrderGroup',
      answer: withGroup((group) => exchange.deleteGroup(group)),
    },
    {
      method: 'PUT',
      path: `${GROUPS}/:group/reset`,
      name: 'ResetOrderGroup',
      answer: withGroup((group) => exchange.resetGroup(group)),
    },
    {
      method: 'PUT',
      path: `${GROUPS}/:group/trigger`,
      name: 'TriggerOrderGroup',
      answer: withGroup((group) => exchange.triggerGroup(group)),
    },
    {
      method: 'PUT',
      path: `${GROUPS}/:group/limit`,
      name: 'UpdateOrderGroupLimit',
      answer: withGroup((group, { json }) => {
        exchange.limitGroup(group, limitOf(new BodyReader(json, 'UpdateOrderGroupLimitRequest')));
      }),
    },
  ];
}

function facts({ limit, triggered }: OrderGroup): Record<string, unknown> {
  return { contracts_limit_fp: countText(limit), is_auto_cancel_enabled: !triggered, exchange_index: 0 };
}

/** Given in whole contracts, as text, or both alike. */
function limitOf(body: BodyReader): Quantity {
  const whole = body.integer('contracts_limit');
  const exact = body.decimal('contracts_limit_fp', 2);
  const limit = exact ?? (whole ?? 0) * 100;
  if (whole !== undefined && whole * 100 !== limit) {
    throw badParameter('contracts_limit and contracts_limit_fp must agree');
  }
  if (limit < 1 || limit > MOST_CONTRACTS * 100) throw badParameter('a limit must be above 0 and at most 1000000');
  return limit as Quantity;
}
