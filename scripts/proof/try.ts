import { fairBets } from './fair-bets.ts';

for (const cents of [5, 20, 50, 80, 90, 95, 98])
  for (const days of [10, 15, 30, 60])
    for (const bets of [1, 5]) {
      const f = fairBets(cents, days, bets, 300);
      const pc = (n: number) => ((100 * n) / f.runs).toFixed(1);
      console.log(cents, days, bets, 'held', pc(f.held), 'above', pc(f.above), 'yes', pc(f.yes));
    }
