import { languages } from '@lianban/texts';
import type { Language } from '@lianban/texts';
import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';

/** What of ours the reader likes best (RFC 9110, 12.5.4); English where they like neither, or say nothing. */
export const languageOf = (acceptLanguage: string | undefined): Language =>
  (new Negotiator({ headers: { 'accept-language': acceptLanguage } }).language([...languages]) as Language | undefined) ?? 'en';

/** The language to answer in. The answer says which it is, and that another reader may get another. */
export const answerLanguage = (request: FastifyRequest, reply: FastifyReply): Language => {
  const language = languageOf(request.headers['accept-language']);
  const vary = [reply.getHeader('vary') ?? []].flat().map(String);
  void reply.headers({ 'content-language': language, 'vary': [...vary, 'Accept-Language'].join(', ') });
  return language;
};

/** Injects the reader's language into a controller method. */
export const ReaderLanguage = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const http = context.switchToHttp();
  return answerLanguage(http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
});
