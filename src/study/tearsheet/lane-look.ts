/** How a series is drawn: a colour of the stylesheet, and a dash so that colour is never the only difference. */
export interface Look {
  readonly colour: string;
  readonly dash: string;
}

const LANES: Readonly<Record<string, Look>> = {
  pessimistic: { colour: 'var(--pessimistic)', dash: 'none' },
  base: { colour: 'var(--base)', dash: 'none' },
  optimistic: { colour: 'var(--optimistic)', dash: 'none' },
};
const CONTROL_DASHES = ['5 3', '1.5 2.5', '8 3 2 3'];

/** A lane keeps its colour in every chart of every tearsheet. */
export function laneLook(lane: string): Look {
  return LANES[lane] ?? { colour: 'var(--ink)', dash: 'none' };
}

/** Controls are grey and differ by their dash; `index` counts the controls from 0. */
export function controlLook(index: number): Look {
  return { colour: 'var(--control)', dash: CONTROL_DASHES[index % CONTROL_DASHES.length]! };
}
