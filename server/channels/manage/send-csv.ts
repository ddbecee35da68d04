import type { Response } from 'express';
import { csvOf } from '../../csv.ts';

/** Sends a table as a CSV file of this name, which a browser saves. */
export function sendCsv(response: Response, name: string, rows: Parameters<typeof csvOf>[0]): void {
  response
    .type('text/csv')
    .set('Content-Disposition', `attachment; filename="${name}"`)
    // Spreadsheets read UTF-8 only where it says so.
    .send(`\ufeff${csvOf(rows)}`);
}
