export * from './china-time.js';
export { languages, type Language, type Text } from './text.js';
export { render, renderAll, say, type FieldRefusal, type Key, type Message, type NameOf } from './message.js';
export { amountText, type AmountOfTime } from './formats.js';
export { problemTitles } from './problem-titles.js';
export { allTexts } from './all-texts.js';
export { words } from './words.js';
