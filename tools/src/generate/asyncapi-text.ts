/** Prose of the AsyncAPI document: what an integrator must know before writing a consumer. */
import { madeBy } from './generated-file.js';

export const description = `Events of Lianban, event-sourced case management for city districts.

Every event is a [CloudEvents 1.0](https://cloudevents.io) event in Kafka **binary mode**: the attributes are headers prefixed \`ce_\`, the message value is the event's data as JSON.

**What you must know**

* *At least once.* A message may come again, next to its first copy or later. Remember the last \`ce_streamversion\` per (\`ce_source\`, \`ce_streamid\`) and drop a message whose version is at or below it.
* *Order is per (\`ce_source\`, \`ce_streamid\`) only.* There versions start at 1 and have no gaps. Between two sources order usually follows cause, but it is not promised: after a topic was refilled from the event stores one service's events may all come before another's.
* *One case, one partition.* The key of \`lianban.case\` is the case id, whichever service wrote the event. There are 12 partitions unless the installation was set up with another number, which never changes after that (\`lianban.directory\` has one).
* *Nothing expires.* The topic alone can rebuild any read model: start from the earliest offset.
* *Two times.* \`ce_time\` is when it happened and may be earlier than a neighbour's (a case entered later, a deadline noticed later); \`ce_recordedtime\` is when it was written. Do not order by either; use the version.
* *Versions.* A released event type never changes. A changed shape is a new type with a higher \`.vN\`; stop or set aside what you do not know, but count its version.
* *Enumerations grow.* Fields marked *Values may be added* show the values of their first release. Accept others too: show the word as it is, count it apart, judge by the event's other fields; don't drop the event. A validator must not refuse them.
* *Codes are strings.* Departments, territories and categories come on \`lianban.directory\`; do not compile their list in.
* *Free text is masked.* Names, phone numbers and addresses never travel here; the requester is a reference.

${madeBy}`;
