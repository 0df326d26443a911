-- An extension is decided under its work order and number, which the events say.
DROP TABLE extension;
