import type { RequestHandler } from 'express';
import multer from 'multer';
import { AppError } from '../../errors.ts';

/** A file that came with a form. */
export interface UploadedFile {
  /** As the person's computer names it, without folders. */
  readonly name: string;
  readonly bytes: Buffer;
}

/**
 * Reads a form with one file in the field `file` into memory, and its other fields into the body. Other requests pass
 * untouched. Errors: body-too-large over `mostBytes`; invalid-request for a second file, for another field that holds one,
 * and for a form that cannot be read.
 */
export function readUpload(mostBytes: number): RequestHandler {
  const read = multer({
    storage: multer.memoryStorage(),
    limits: { fileSize: mostBytes, files: 1, fields: 10, parts: 12, fieldSize: 2_000, fieldNameSize: 50 },
    // Without it names are read as Latin-1.
    defParamCharset: 'utf8',
  }).single('file');
  return (request, response, next) => {
    read(request, response, (error: unknown) => next(error ? refusal(error, mostBytes) : undefined));
  };
}

/** The file of a request behind `readUpload`; null where the form came without one. */
export function uploadedFile(request: Parameters<RequestHandler>[0]): UploadedFile | null {
  const { file } = request;
  if (file === undefined || file.originalname === '') return null;
  const name = file.originalname.split(/[\\/]/).at(-1) ?? '';
  return { name: name.slice(0, 200) || 'file', bytes: file.buffer };
}

function refusal(error: unknown, mostBytes: number): AppError {
  if (error instanceof multer.MulterError && error.code === 'LIMIT_FILE_SIZE') {
    return new AppError('body-too-large', {
      message: 'The file is too large.',
      field: 'file',
      expected: `at most ${mostBytes} bytes`,
      found: 'more',
    });
  }
  return new AppError('invalid-request', {
    message: 'The form cannot be read.',
    field: 'file',
    expected: 'a form with one file in the field `file`',
    found: error instanceof multer.MulterError ? error.message : 'a form that is not whole',
    cause: error,
  });
}
