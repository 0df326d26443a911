/** One text in every language a reader may ask for. */
export const languages = ['en', 'zh'] as const;
export type Language = (typeof languages)[number];
export type Text = { readonly [L in Language]: string };

/** The places of a template: of `due {dueAt:instant}` it is `dueAt:instant`. */
export type PlacesOf<Template extends string> = Template extends `${string}{${infer Place}}${infer Rest}` ? Place | PlacesOf<Rest> : never;

/** Both languages have the same places, or the text that differs is a type error. */
type Alike<Texts> = {
  readonly [Key in keyof Texts]: Texts[Key] extends Text
    ? [PlacesOf<Texts[Key]['en']>, PlacesOf<Texts[Key]['zh']>] extends [PlacesOf<Texts[Key]['zh']>, PlacesOf<Texts[Key]['en']>] ? unknown : 'en and zh have different places'
    : unknown;
};

/** A text without one of its languages is an error at that text alone; the others keep their keys, so that nobody who says them is blamed. */
export const texts = <const Texts extends Record<string, Partial<Text>>>(given: Texts & Record<keyof Texts, Text> & Alike<Texts>): Texts => given;
