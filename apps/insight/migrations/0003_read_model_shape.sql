-- Which SQL files the live version was made from; null for one that an earlier build made. `npm start` makes a read model of another shape anew.
ALTER TABLE read_model ADD COLUMN shape text;
