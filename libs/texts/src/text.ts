/** One text in every language a reader may ask for. */
export const languages = ['en', 'zh'] as const;
export type Language = (typeof languages)[number];
export type Text = { readonly [L in Language]: string };

/** The places of a template: of `due {dueAt:instant}` it is `dueAt:instant`. */
export type PlacesOf<Template extends string> = Template extends `${string}{${infer Place}}${infer Rest}` ? Place | PlacesOf<Rest> : never;

/** Both languages have the same places, or the text that differs is a type error. */
type Alike<Texts extends Record<string, Text>> = {
  readonly [Key in keyof Texts]: [PlacesOf<Texts[Key]['en']>, PlacesOf<Texts[Key]['zh']>] extends [PlacesOf<Texts[Key]['zh']>, PlacesOf<Texts[Key]['en']>] ? unknown : 'en and zh have different places';
};

export const texts = <const Texts extends Record<string, Text>>(given: Texts & Alike<Texts>): Texts => given;
