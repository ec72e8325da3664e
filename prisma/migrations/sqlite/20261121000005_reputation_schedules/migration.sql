-- AlterTable
ALTER TABLE "campaign" ADD COLUMN "checkFacts" TEXT;
ALTER TABLE "campaign" ADD COLUMN "checkResult" TEXT;
ALTER TABLE "campaign" ADD COLUMN "checkedAt" DATETIME;
ALTER TABLE "campaign" ADD COLUMN "group" TEXT;
ALTER TABLE "campaign" ADD COLUMN "seriesId" INTEGER;

-- CreateTable
CREATE TABLE "blacklist_state" (
    "subject" TEXT NOT NULL,
    "zone" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "codes" TEXT NOT NULL,
    "meaning" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "why" TEXT NOT NULL,
    "checkedAt" DATETIME NOT NULL,
    "agreeing" INTEGER NOT NULL,
    "freshUntil" DATETIME NOT NULL,

    PRIMARY KEY ("subject", "zone")
);

-- CreateTable
CREATE TABLE "listing" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "subject" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "zone" TEXT NOT NULL,
    "codes" TEXT NOT NULL,
    "meaning" TEXT NOT NULL,
    "severity" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "removal" TEXT NOT NULL,
    "firstSeen" DATETIME NOT NULL,
    "lastSeen" DATETIME NOT NULL,
    "clearedAt" DATETIME,
    "quiet" BOOLEAN NOT NULL DEFAULT false
);

-- CreateTable
CREATE TABLE "zone_proof" (
    "zone" TEXT NOT NULL PRIMARY KEY,
    "state" TEXT NOT NULL,
    "why" TEXT NOT NULL,
    "checkedAt" DATETIME NOT NULL,
    "provenAt" DATETIME,
    "badSince" DATETIME
);

-- CreateTable
CREATE TABLE "preflight" (
    "kind" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "checkedAt" DATETIME NOT NULL,
    "passed" BOOLEAN NOT NULL,
    "findings" TEXT NOT NULL,

    PRIMARY KEY ("kind", "subject")
);

-- CreateTable
CREATE TABLE "incident" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "kind" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "level" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "did" TEXT NOT NULL,
    "todo" TEXT NOT NULL,
    "since" DATETIME NOT NULL,
    "openedAt" DATETIME NOT NULL,
    "lastAt" DATETIME NOT NULL,
    "times" INTEGER NOT NULL,
    "remindedAt" DATETIME,
    "recoveredAt" DATETIME,
    "acknowledgedAt" DATETIME,
    "acknowledgedBy" TEXT,
    "note" TEXT
);

-- CreateTable
CREATE TABLE "mute" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "kind" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "until" DATETIME NOT NULL,
    "by" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "endedAt" DATETIME
);

-- CreateTable
CREATE TABLE "alert_post" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "channel" TEXT NOT NULL,
    "what" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "tries" INTEGER NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "dueAt" DATETIME NOT NULL,
    "sentAt" DATETIME,
    "lastError" TEXT
);

-- CreateTable
CREATE TABLE "job_run" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "name" TEXT NOT NULL,
    "plannedAt" DATETIME NOT NULL,
    "startedAt" DATETIME NOT NULL,
    "finishedAt" DATETIME,
    "ok" BOOLEAN,
    "outcome" TEXT NOT NULL,
    "because" TEXT NOT NULL,
    "runner" TEXT NOT NULL
);

-- CreateTable
CREATE TABLE "series" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "name" TEXT NOT NULL,
    "folder" TEXT NOT NULL,
    "lists" TEXT NOT NULL,
    "cron" TEXT NOT NULL,
    "zone" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "pausedAt" DATETIME,
    "endedAt" DATETIME,
    "doneTo" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "series_run" (
    "seriesId" INTEGER NOT NULL,
    "tick" DATETIME NOT NULL,
    "campaignId" INTEGER,
    "outcome" TEXT NOT NULL,
    "at" DATETIME NOT NULL,

    PRIMARY KEY ("seriesId", "tick")
);

-- CreateTable
CREATE TABLE "last_mailed" (
    "contactId" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "at" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "gateway_grant" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "gateway" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "grantedBy" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "endedAt" DATETIME,
    "endedBy" TEXT
);

-- CreateTable
CREATE TABLE "policy_change" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "at" DATETIME NOT NULL,
    "by" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "before" TEXT NOT NULL,
    "after" TEXT NOT NULL
);

-- CreateTable
CREATE TABLE "gateway_token" (
    "gateway" TEXT NOT NULL PRIMARY KEY,
    "sealed" TEXT NOT NULL,
    "expiresAt" DATETIME NOT NULL,
    "updatedAt" DATETIME NOT NULL
);

-- RedefineTables
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_alert" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "at" DATETIME NOT NULL,
    "kind" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "since" DATETIME NOT NULL,
    "text" TEXT NOT NULL,
    "facts" TEXT NOT NULL,
    "did" TEXT NOT NULL DEFAULT '',
    "todo" TEXT NOT NULL DEFAULT ''
);
INSERT INTO "new_alert" ("at", "facts", "id", "kind", "since", "subject", "text") SELECT "at", "facts", "id", "kind", "since", "subject", "text" FROM "alert";
DROP TABLE "alert";
ALTER TABLE "new_alert" RENAME TO "alert";
CREATE INDEX "alert_kind_subject_id_idx" ON "alert"("kind", "subject", "id");
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;

-- CreateIndex
CREATE INDEX "blacklist_state_zone_idx" ON "blacklist_state"("zone");

-- CreateIndex
CREATE INDEX "listing_clearedAt_subject_zone_idx" ON "listing"("clearedAt", "subject", "zone");

-- CreateIndex
CREATE INDEX "listing_subject_id_idx" ON "listing"("subject", "id");

-- CreateIndex
CREATE INDEX "incident_recoveredAt_kind_subject_idx" ON "incident"("recoveredAt", "kind", "subject");

-- CreateIndex
CREATE INDEX "mute_until_idx" ON "mute"("until");

-- CreateIndex
CREATE INDEX "alert_post_state_dueAt_idx" ON "alert_post"("state", "dueAt");

-- CreateIndex
CREATE INDEX "job_run_name_id_idx" ON "job_run"("name", "id");

-- CreateIndex
CREATE UNIQUE INDEX "job_run_name_plannedAt_key" ON "job_run"("name", "plannedAt");

-- CreateIndex
CREATE UNIQUE INDEX "series_name_key" ON "series"("name");

-- CreateIndex
CREATE INDEX "last_mailed_at_idx" ON "last_mailed"("at");

-- CreateIndex
CREATE INDEX "gateway_grant_endedAt_gateway_idx" ON "gateway_grant"("endedAt", "gateway");

-- CreateIndex
CREATE INDEX "policy_change_at_idx" ON "policy_change"("at");

-- CreateIndex
CREATE INDEX "campaign_state_scheduledAt_idx" ON "campaign"("state", "scheduledAt");

-- CreateIndex
CREATE INDEX "campaign_seriesId_idx" ON "campaign"("seriesId");


