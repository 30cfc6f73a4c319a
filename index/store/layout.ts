/** Raised with any change of the columns; tables of another layout are left aside and dropped. */
export const LAYOUT = 3;
