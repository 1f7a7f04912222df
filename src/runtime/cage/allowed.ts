/** What Drydock's own tools have in a cage beyond its profile, as a sentence: whoever is root in it has that, too. */
export function toolsSentence(ofTools: readonly string[], ofProfile: readonly string[]): readonly string[] {
  const added = ofTools.filter((name) => !ofProfile.includes(name));
  return added.length === 0 ? [] : [`So that it can be watched, root has ${added.join(', ')} besides.`];
}
