/** The words that describe a poll on every wire. */
export type QuestionKind = "single" | "multiple";
/** Who sees counts: everybody while voting runs, everybody once closed, or the host only. */
export type ResultVisibility = "live" | "closed" | "host";
export type QuestionStatus = "waiting" | "open" | "closed";
/** `open` while any question is open; `closed` once the poll has ended. */
export type PollStatus = "waiting" | "open" | "closed";
export type StorageStatus = "ok" | "delayed";
