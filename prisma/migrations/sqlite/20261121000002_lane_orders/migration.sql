-- AlterTable
ALTER TABLE "hold" ADD COLUMN "heldBy" TEXT;

-- CreateTable
CREATE TABLE "lane_override" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "site" TEXT NOT NULL,
    "source" TEXT,
    "connections" INTEGER,
    "connectionsPerHour" INTEGER,
    "messagesPerConnection" INTEGER,
    "rate" TEXT,
    "setBy" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "endedAt" DATETIME,
    "endedBy" TEXT
);

-- CreateIndex
CREATE INDEX "lane_override_endedAt_idx" ON "lane_override"("endedAt");
