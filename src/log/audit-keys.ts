// By what failures are counted. Apart from failures.store.ts, so that a usage text can name them without loading a database.
export const AUDIT_KEYS = ["site", "class", "host", "rule", "campaign", "day"] as const;
export type AuditKey = (typeof AUDIT_KEYS)[number];
