import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.javarosa.core.model.Constants;
import org.javarosa.core.model.FormDef;
import org.javarosa.core.model.data.*;
import org.javarosa.core.model.data.helper.Selection;
import org.javarosa.core.model.instance.*;
import org.javarosa.core.model.utils.DateUtils;
import org.javarosa.model.xform.XFormsModule;
import org.javarosa.xform.util.XFormUtils;

/** Opens forms and answers them as it is told on standard input, and tells every leaf after each step. */
public class Oracle {
    static PrintStream out;
    static FormDef form;

    static IAnswerData data(TreeElement node, String value) {
        if (value.isEmpty()) return null;
        switch (node.getDataType()) {
            case Constants.DATATYPE_INTEGER: return new IntegerData(Integer.parseInt(value));
            case Constants.DATATYPE_DECIMAL: return new DecimalData(Double.parseDouble(value));
            case Constants.DATATYPE_DATE: return new DateData(DateUtils.parseDate(value));
            case Constants.DATATYPE_CHOICE: return new SelectOneData(new Selection(value));
            default: return new StringData(value);
        }
    }

    static TreeElement find(String[] steps) {
        TreeElement node = form.getMainInstance().getRoot();
        for (int i = 2; i < steps.length; i++) {
            int at = steps[i].indexOf('[');
            String name = at < 0 ? steps[i] : steps[i].substring(0, at);
            int place = at < 0 ? 0 : Integer.parseInt(steps[i].substring(at + 1, steps[i].length() - 1)) - 1;
            node = node.getChild(name, place);
        }
        return node;
    }

    static void tell(TreeElement node, String ref) {
        for (int i = 0; i < node.getNumChildren(); i++) {
            TreeElement child = node.getChildAt(i);
            if (child.getMult() == TreeReference.INDEX_TEMPLATE) continue;
            String here = ref + "/" + child.getName() + (child.isRepeatable() ? "[" + (child.getMult() + 1) + "]" : "");
            if (child.getNumChildren() > 0) { tell(child, here); continue; }
            IAnswerData value = child.getValue();
            String text = value == null ? "" : value.uncast().getString();
            out.println(here + "\t" + (child.isRelevant() ? "1" : "0") + "\t" + text.replace("\n", " "));
        }
    }

    public static void main(String[] args) throws Exception {
        out = new PrintStream(System.out, true, "UTF-8");
        System.setOut(System.err);
        new XFormsModule().registerModule();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String line;
        while ((line = in.readLine()) != null) {
            String[] part = line.split("\t", -1);
            try {
                if (part[0].equals("open")) {
                    try (FileInputStream file = new FileInputStream(part[1])) { form = XFormUtils.getFormFromInputStream(file); }
                    form.initialize(true, new InstanceInitializationFactory());
                } else {
                    TreeElement node = find(part[1].split("/"));
                    form.setValue(data(node, part[2]), node.getRef(), true);
                }
                tell(form.getMainInstance().getRoot(), "/data");
            } catch (Exception error) {
                out.println("!" + error.getClass().getSimpleName() + " " + String.valueOf(error.getMessage()).split("\n")[0]);
            }
            out.println(".");
        }
    }
}
