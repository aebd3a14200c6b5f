// A language that nobody speaks, made of English: each letter carries a mark and the most
// frequent ones stand twice, so that none of it is English and it is two fifths longer.

const PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const MARKED = [..."áƀćďéƒǵĥíĵḱĺḿńóṕɋŕśťúṽẃẍýźÁƁĆĎÉƑǴĤÍĴḰĹḾŃÓṔɊŔŚŤÚṼẂẌÝŹ"];

// A text in that language.
export const said = (text) =>
  text.replace(/[a-z]/gi, (letter) => {
    const marked = MARKED[PLAIN.indexOf(letter)];
    return /[aeiount]/i.test(letter) ? marked + marked.toLowerCase() : marked;
  });

// The page's lines in it. In `{0}` and `{0one{a layer}{{0} layers}}` only texts are said otherwise.
export function lines(english) {
  let at = 0;
  // Up to the brace that closes what stands around it.
  const text = () => {
    let found = "";
    while (at < english.length && english[at] !== "}") {
      found += english[at] === "{" ? argument() : said(english[at++]);
    }
    return found;
  };
  const argument = () => {
    let found = english.slice(at, (at += 2));
    while (english[at] !== "}") {
      const open = english.indexOf("{", at) + 1;
      found += english.slice(at, open);
      at = open;
      found += text() + english[at++];
    }
    return found + english[at++];
  };
  return text();
}

// A lesson's JSON in it: what is read is under these keys, beside lines, names and code.
const READ = ["title", "text", "emphasis", "hints", "count", "name", "intro"];
export function lesson(json) {
  const told = (value, key) => {
    if (typeof value === "string") {
      return READ.includes(key) ? said(value) : value;
    }
    if (Array.isArray(value)) {
      return key === "flow" ? value.map(([text, step]) => [said(text), step]) : value.map((one) => told(one, key));
    }
    if (typeof value !== "object" || value === null) {
      return value;
    }
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, told(one, name)]));
  };
  return JSON.stringify(told(JSON.parse(json), ""));
}
