import { describe, expect, it } from 'vitest';
import { readClimateReport } from '../../src/forecasts/climate-report.ts';
import { reportText } from './report-text.ts';

describe('a climate report', () => {
  it('of a day that is over gives its official high', () => {
    expect(readClimateReport(reportText())).toEqual({
      product: 'CLIMDW',
      day: '2026-03-07',
      high: 67,
      final: true,
      correction: false,
    });
  });

  it('of the afternoon gives the highest so far, and says that it is not the end', () => {
    expect(readClimateReport(reportText({ section: 'TODAY', high: '61' }))).toMatchObject({ high: 61, final: false });
  });

  it('may lie below zero, be missing, or correct an earlier one', () => {
    expect(readClimateReport(reportText({ high: '-4' }))!.high).toBe(-4);
    expect(readClimateReport(reportText({ high: 'MM' }))!.high).toBeNull();
    expect(readClimateReport(reportText({ headline: ' CORRECTION' }))!.correction).toBe(true);
  });

  it.each([
    ['no report', 'FORECAST DISCUSSION'],
    ['a day that is none', reportText({ day: 'FEBRUARY 31 2026' })],
    ['a month that is none', reportText({ day: 'MARZO 7 2026' })],
    ['no maximum', reportText().replace('MAXIMUM', 'HIGHEST')],
    ['no section of temperatures', reportText().replace('TEMPERATURE (F)', 'WIND (MPH)')],
    ['no product', reportText({ product: 'AFDLOT' })],
  ])('is none where it has %s', (_, text) => {
    expect(readClimateReport(text)).toBeNull();
  });
});
