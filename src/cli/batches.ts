import { partsOf } from '../catalog/manifests/parts.ts';
import type { ManifestFile } from './manifest-files.ts';

/** Splits files, in their order, into batches of at most `size` documents; each piece of a file keeps the line at which it begins. */
export async function* batchesOf(files: AsyncIterable<ManifestFile>, size: number): AsyncGenerator<ManifestFile[]> {
  let batch: ManifestFile[] = [];
  let room = size;
  for await (const { source, content } of files) {
    let piece = '';
    let firstLine = 1;
    const cut = (): void => {
      if (piece !== '') batch.push({ source, content: piece, firstLine });
      piece = '';
    };
    for (const { text, body, above } of partsOf(content)) {
      if (room === 0) {
        cut();
        yield batch;
        batch = [];
        room = size;
      }
      if (piece === '') firstLine = above + 1;
      piece += text;
      if (body.trim() !== '') room -= 1;
    }
    cut();
  }
  if (batch.length > 0) yield batch;
}
