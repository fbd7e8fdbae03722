import { DETAIL, MarketEvent } from '../../core/market-event.ts';
import type { Time } from '../../core/time.ts';
import { SESSION_GRADE } from '../../live/logged-engine.ts';
import { eventOf } from '../../live/replay-log.ts';
import type { SessionFolder } from '../../live/session-folder.ts';
import { readLog } from '../../live/session-log.ts';
import { type MarketRow, marketOf } from '../../tape/market-table.ts';
import { TapeBuilder } from '../../tape/tape-builder.ts';
import { programVersion } from '../package-root.ts';

/** Makes a tape of what a session heard of its markets, under the session's name; returns its folder and rows. Throws the Faults of a seal. */
export async function tapeOfSession(
  folder: SessionFolder,
  dataFolder: string,
): Promise<{ folder: string; rows: number }> {
  const { facts } = folder;
  const builder = await TapeBuilder.create({ folder: dataFolder, name: facts.id, replace: true });
  try {
    const event = new MarketEvent();
    let markets = 0;
    for (const [, type, ...rest] of readLog(folder.logPath).lines) {
      if (type === 'market') {
        builder.addMarket(marketOf(rest[0] as MarketRow));
        markets++;
      } else if (type === 'e' || type === 'd') {
        eventOf(type, rest as never, { sequence: 0, markets }, event);
        const { exchangeTime, localTime, kind, market, side, price, quantity, more, detail } = event;
        // An exchange's clock may be ahead of ours.
        const happened = Math.min(exchangeTime, localTime) as Time;
        if (kind === DETAIL) {
          builder.detail(happened, localTime, detail!);
          if (detail!.type === 'settlement') {
            const { outcome, value } = detail!.settlement;
            builder.setResult(detail!.settlement.market, { outcome, value, time: localTime });
          }
        } else builder.event(happened, localTime, kind, market, side, price, quantity, more);
        await builder.relieve();
      }
    }
    const { rows } = builder;
    const sealed = await builder.seal({
      synthetic: facts.synthetic,
      origin: `${facts.synthetic ? 'SYNTHETIC: ' : ''}what the session ${facts.id} heard (${facts.environment})`,
      licence: null,
      grade: SESSION_GRADE,
      timeResolutionUs: 0,
      sizesRecorded: true,
      importReport: { notes: [] },
      createdBy: programVersion(),
    });
    return { folder: sealed.folder, rows };
  } finally {
    builder.discard();
  }
}
