import { Counter } from 'prom-client';

export const unanswered = new Counter({
  name: 'lianban_gateway_unanswered_total', help: 'Times that a copy of a service did not answer the gateway; another copy may have, else the caller got 503', labelNames: ['upstream'],
});
