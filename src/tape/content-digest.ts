import { createHash } from 'node:crypto';
import { parseDetail } from './detail-json.ts';
import { formatDetail } from './detail-json.ts';
import type { TapeFacts } from './manifest.ts';
import { type MarketRow, marketOf } from './market-table.ts';
import { formatBands } from './detail-json.ts';
import type { TapeColumns } from './tape-columns.ts';
