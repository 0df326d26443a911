export default async function globalTeardown() {
  await globalThis.lianbanTestHost?.stop();
}
