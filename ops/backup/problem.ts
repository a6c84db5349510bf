/** Something that whoever ran the command can mend: its message says how, and no stack is shown. */
export class Problem extends Error {}
