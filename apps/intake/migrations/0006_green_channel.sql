-- How often the green channel was granted in a month of China. Who grants takes the month's row, so that two at once don't both get the last place.
CREATE TABLE green_channel_month (
  month   text PRIMARY KEY,
  granted integer NOT NULL
);
