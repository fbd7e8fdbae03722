#!/usr/bin/env node
import { runProgram } from './program.ts';

await runProgram(['live', ...process.argv.slice(2)]);
