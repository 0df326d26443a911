/** One line of a message file. */
import { z } from 'zod';

const text = z.string().trim();

export const messageSchema = z.object({
  id: z.union([z.string().trim().min(1).max(100), z.int().transform(String)]),
  requester: text.optional(),
  title: text,
  text: text,
  submittedAt: z.iso.datetime({ offset: true }),
  reply: text.min(1, 'a message without a reply has no ending'),
  repliedAt: z.iso.datetime({ offset: true }),
}).superRefine((message, context) => {
  if (!message.title && !message.text) context.addIssue({ code: 'custom', path: ['text'], message: 'neither title nor text' });
  if (Date.parse(message.repliedAt) < Date.parse(message.submittedAt)) {
    context.addIssue({ code: 'custom', path: ['repliedAt'], message: 'lies before submittedAt' });
  }
});

export type FeedMessage = z.infer<typeof messageSchema>;

export interface BadLine { readonly line: number; readonly reason: string }
export type ReadLine = { readonly message: FeedMessage } | BadLine;

/** Reads a file's lines one by one; blank lines are passed over, a repeated id is an error of the later line. */
export const lineReader = (now: number) => {
  const firstSeen = new Map<string, number>();
  return (source: string, line: number): ReadLine | undefined => {
    if (!source.trim()) return undefined;
    let json: unknown;
    try {
      json = JSON.parse(source);
    } catch (error) {
      return { line, reason: `no JSON: ${(error as Error).message}` };
    }
    const parsed = messageSchema.safeParse(json);
    if (!parsed.success) return { line, reason: parsed.error.issues.map((issue) => `${issue.path.join('.') || 'line'}: ${issue.message}`).join('; ') };
    const message = parsed.data;
    if (Date.parse(message.repliedAt) > now) return { line, reason: 'repliedAt: lies in the future' };
    const before = firstSeen.get(message.id);
    if (before !== undefined) return { line, reason: `id: ${message.id} is on line ${before} already` };
    firstSeen.set(message.id, line);
    return { message };
  };
};
