import { afterAll } from 'vitest';
import { doAtEnd } from './at-end.ts';

// Files of one worker share their modules (vitest.config.ts), so a module of theirs could ask for this once only.
afterAll(doAtEnd);
