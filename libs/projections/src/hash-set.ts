/** FNV-1a, 32 bits; never 0, which marks an empty place. */
const hashOf = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0) || 1;
};

/** Remembers texts by 32 bits of hash in 8 to 16 bytes each: `has` may be true for one that was never added (1 in 4,000 with a million), never the opposite. */
export const hashSet = () => {
  let places = new Uint32Array(1_024);
  let size = 0;
  const put = (into: Uint32Array, hash: number): boolean => {
    for (let at = hash % into.length; ; at = (at + 1) % into.length) {
      if (into[at] === hash) return false;
      if (into[at] === 0) {
        into[at] = hash;
        return true;
      }
    }
  };
  return {
    add(text: string): void {
      if (put(places, hashOf(text))) size += 1;
      if (size * 2 <= places.length) return;
      const larger = new Uint32Array(places.length * 2);
      for (const hash of places) if (hash !== 0) put(larger, hash);
      places = larger;
    },
    has(text: string): boolean {
      const hash = hashOf(text);
      for (let at = hash % places.length; places[at] !== 0; at = (at + 1) % places.length) if (places[at] === hash) return true;
      return false;
    },
  };
};
