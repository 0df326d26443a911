-- Which topic a consumer's offsets are of: Kafka gives every topic an id of its own when it is made. One that was deleted and made
-- anew has another id, and may have grown past the old offsets before the consumer looks; nothing else would tell then.
CREATE TABLE consumer_topic (
  consumer text NOT NULL,
  topic    text NOT NULL,
  topic_id uuid NOT NULL,
  PRIMARY KEY (consumer, topic)
);
