#!/usr/bin/env node
import { runProgram } from './program.ts';

await runProgram(['backtest', ...process.argv.slice(2)]);
