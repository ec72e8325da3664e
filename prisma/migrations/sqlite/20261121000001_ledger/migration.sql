-- CreateTable
CREATE TABLE "host_hour" (
    "hour" DATETIME NOT NULL,
    "site" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "mxHost" TEXT NOT NULL,
    "mxAddress" TEXT NOT NULL,
    "stage" TEXT NOT NULL,
    "class" TEXT NOT NULL,
    "n" INTEGER NOT NULL,
    "lastText" TEXT NOT NULL,
    "firstAt" DATETIME NOT NULL,
    "lastAt" DATETIME NOT NULL,

    PRIMARY KEY ("hour", "site", "source", "mxHost", "mxAddress", "stage", "class")
);

-- CreateTable
CREATE TABLE "failure_day" (
    "campaignId" INTEGER NOT NULL,
    "day" DATETIME NOT NULL,
    "site" TEXT NOT NULL,
    "class" TEXT NOT NULL,
    "mxHost" TEXT NOT NULL,
    "rule" TEXT NOT NULL,
    "responses" INTEGER NOT NULL,
    "failed" INTEGER NOT NULL,
    "uncertain" INTEGER NOT NULL,
    "lastTo" TEXT NOT NULL,
    "lastText" TEXT NOT NULL,
    "lastAt" DATETIME NOT NULL,

    PRIMARY KEY ("campaignId", "day", "site", "class", "mxHost", "rule")
);

-- CreateTable
CREATE TABLE "alert" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "at" DATETIME NOT NULL,
    "kind" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "since" DATETIME NOT NULL,
    "text" TEXT NOT NULL,
    "facts" TEXT NOT NULL
);

-- CreateTable
CREATE TABLE "delisting" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "site" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "finishedAt" DATETIME
);

-- CreateTable
CREATE TABLE "quarantine" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "subject" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "detail" TEXT NOT NULL,
    "campaignId" INTEGER,
    "site" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "mxHost" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "decidedAt" DATETIME,
    "decision" TEXT
);

-- CreateTable
CREATE TABLE "soft_evidence" (
    "email" TEXT NOT NULL,
    "class" TEXT NOT NULL,
    "days" INTEGER NOT NULL,
    "replies" INTEGER NOT NULL,
    "firstAt" DATETIME NOT NULL,
    "lastAt" DATETIME NOT NULL,
    "lastText" TEXT NOT NULL,
    "campaignId" INTEGER NOT NULL,

    PRIMARY KEY ("email", "class")
);

-- CreateTable
CREATE TABLE "unknown_reply" (
    "text" TEXT NOT NULL,
    "stage" TEXT NOT NULL,
    "code" INTEGER NOT NULL,
    "n" INTEGER NOT NULL,
    "example" TEXT NOT NULL,
    "mxHost" TEXT NOT NULL,
    "site" TEXT NOT NULL,
    "firstAt" DATETIME NOT NULL,
    "lastAt" DATETIME NOT NULL,

    PRIMARY KEY ("text", "stage", "code")
);

-- CreateIndex
CREATE INDEX "host_hour_site_hour_idx" ON "host_hour"("site", "hour");

-- CreateIndex
CREATE INDEX "host_hour_mxHost_hour_idx" ON "host_hour"("mxHost", "hour");

-- CreateIndex
CREATE INDEX "failure_day_day_idx" ON "failure_day"("day");

-- CreateIndex
CREATE INDEX "alert_kind_subject_id_idx" ON "alert"("kind", "subject", "id");

-- CreateIndex
CREATE INDEX "delisting_finishedAt_idx" ON "delisting"("finishedAt");

-- CreateIndex
CREATE INDEX "quarantine_decidedAt_mxHost_idx" ON "quarantine"("decidedAt", "mxHost");

-- CreateIndex
CREATE INDEX "quarantine_subject_idx" ON "quarantine"("subject");

-- CreateIndex
CREATE INDEX "unknown_reply_lastAt_idx" ON "unknown_reply"("lastAt");



-- The log that there is already, added up. Times are milliseconds; an acceptance is no failure, and a host that was passed over has failed nobody.
INSERT INTO "host_hour" ("hour", "site", "source", "mxHost", "mxAddress", "stage", "class", "n", "lastText", "firstAt", "lastAt")
SELECT ("at" / 3600000) * 3600000, "site", "source", "mxHost", "mxAddress", "stage", "class", count(*), substr("text", 1, 300), min("at"), max("at")
FROM "response" WHERE "mxHost" <> '' GROUP BY 1, 2, 3, 4, 5, 6, 7;

INSERT INTO "failure_day" ("campaignId", "day", "site", "class", "mxHost", "rule", "responses", "failed", "uncertain", "lastTo", "lastText", "lastAt")
SELECT "campaignId", ("at" / 86400000) * 86400000, "site", "class", "mxHost", "rule", count(*), 0, 0, "email", substr("text", 1, 300), max("at")
FROM "response" WHERE "class" NOT IN ('accepted', 'skipped') GROUP BY 1, 2, 3, 4, 5, 6;

-- How many deliveries each of them ended: by the last response of the delivery that was more than being passed over, where the log still has it.
INSERT INTO "failure_day" ("campaignId", "day", "site", "class", "mxHost", "rule", "responses", "failed", "uncertain", "lastTo", "lastText", "lastAt")
SELECT d."campaignId", (coalesce(d."settledAt", d."queuedAt") / 86400000) * 86400000, coalesce(d."site", d."domain"), coalesce(d."lastClass", ''),
	coalesce(r."mxHost", ''), coalesce(r."rule", ''), 0, sum(d."state" = 'failed'), sum(d."state" = 'uncertain'),
	d."email", coalesce(d."lastText", ''), max(coalesce(d."settledAt", d."queuedAt"))
FROM "delivery" d LEFT JOIN "response" r ON r."id" = (SELECT max(l."id") FROM "response" l
	WHERE l."email" = d."email" AND +l."campaignId" = d."campaignId" AND l."class" <> 'skipped')
WHERE d."state" IN ('failed', 'uncertain') GROUP BY 1, 2, 3, 4, 5, 6
ON CONFLICT DO UPDATE SET "failed" = excluded."failed", "uncertain" = excluded."uncertain";
