// Mes promesses: what the forms of a promise say, and the dialog that closes once it is done.
import "../desk/forms.js";
