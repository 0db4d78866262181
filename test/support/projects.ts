/** The project of the files that need no Postgres. A run of this project alone starts none. */
export const WITHOUT_POSTGRES = "3-without-postgres";
