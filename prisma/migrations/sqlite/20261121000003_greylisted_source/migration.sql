-- AlterTable
ALTER TABLE "delivery" ADD COLUMN "stayWith" TEXT;


