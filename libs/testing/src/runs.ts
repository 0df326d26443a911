/** How often a property of a `*.properties.spec.ts` is tried: a tenth in `npm test`, all in `npm run test:long`. */
export const runsOf = (all: number): number => (process.env.LIANBAN_TEST_LONG ? all : Math.ceil(all / 10));
