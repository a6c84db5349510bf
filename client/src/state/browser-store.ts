/** The browser's storage as the session layer wants it; one for the whole app. */
import { webStore } from "../session/key-value-store.ts";

export const browserStore = webStore(() => window.localStorage);
