/// The limits that account forms check before they ask: those of protocol/limits.py. The server alone decides.

export const USERNAME_MIN = 2;
export const USERNAME = 32;
export const DISPLAY_NAME = 60;
export const PRONOUNS = 40;
export const BIO = 300;
export const EMAIL = 254;
export const PASSWORD_MIN = 8;
export const PASSWORD = 256;
export const COMMUNITY_NAME = 80;
export const ROOM_NAME = 80;
export const PURPOSE = 500;
export const TOKEN_NAME = 60;
export const INVITATION_USES = 1_000;
export const CLASS_LIST = 300;
