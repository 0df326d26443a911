/** The real messages, by which finding duplicates is measured. Their texts are not ours to copy: whoever has them names their folder. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const messageSchema = z.object({ id: z.string(), requester: z.string(), title: z.string(), text: z.string(), submittedAt: z.iso.datetime({ offset: true }) });
export type Message = z.infer<typeof messageSchema>;

const files = ['messages-liked.jsonl', 'messages-replied.jsonl'] as const;

/** @throws Error when a file can't be read */
export const readMessages = async (folder: string, names: readonly (typeof files)[number][] = files): Promise<Message[]> =>
  (await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))).flatMap((text) => text.split('\n').filter(Boolean).map((line) => messageSchema.parse(JSON.parse(line))));
