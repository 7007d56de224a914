import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.javarosa.core.model.Constants;
import org.javarosa.core.model.FormDef;
import org.javarosa.core.model.FormIndex;
import org.javarosa.core.model.SelectChoice;
import org.javarosa.core.model.data.*;
import org.javarosa.core.model.data.helper.Selection;
import org.javarosa.core.model.instance.*;
import org.javarosa.core.model.utils.DateUtils;
import org.javarosa.form.api.FormEntryController;
import org.javarosa.form.api.FormEntryModel;
import org.javarosa.form.api.FormEntryPrompt;
import org.javarosa.model.xform.XFormsModule;
import org.javarosa.xform.util.XFormUtils;

/** Opens forms and fills them as it is told on standard input, and tells every leaf and every choice after each step. */
public class Oracle {
    static PrintStream out;
    static FormDef form;
    static FormEntryModel model;

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

    static String name(TreeElement node, String above) {
        return above + "/" + node.getName() + (node.isRepeatable() ? "[" + (node.getMult() + 1) + "]" : "");
    }

    static String path(TreeReference ref) {
        StringBuilder found = new StringBuilder();
        TreeElement node = form.getMainInstance().getRoot();
        for (int i = 0; i < ref.size(); i++) {
            if (i > 0) node = node == null ? null : node.getChild(ref.getName(i), Math.max(0, ref.getMultiplicity(i)));
            boolean repeated = node == null || node.isRepeatable();
            found.append("/").append(ref.getName(i)).append(repeated && i > 0 ? "[" + (ref.getMultiplicity(i) + 1) + "]" : "");
        }
        return found.toString();
    }

    static void tell(TreeElement node, String ref) {
        for (int i = 0; i < node.getNumChildren(); i++) {
            TreeElement child = node.getChildAt(i);
            if (child.getMult() == TreeReference.INDEX_TEMPLATE) continue;
            String here = name(child, ref);
            if (child.getNumChildren() > 0) { tell(child, here); continue; }
            IAnswerData value = child.getValue();
            String text = value == null ? "" : value.uncast().getString();
            String flags = (child.isRelevant() ? "1" : "0") + (child.isEnabled() ? "0" : "1") + (child.isRequired() ? "1" : "0");
            out.println(here + "\t" + flags + "\t" + text.replaceAll("[\r\n]", " "));
        }
    }

    /** Walks the whole form, so that counted repeats are made and choices that are gone leave their answers. */
    static void walk(boolean aloud) {
        FormIndex index = FormIndex.createBeginningOfFormIndex();
        while (!index.isEndOfFormIndex()) {
            index = model.incrementIndex(index);
            model.setQuestionIndex(index);
            if (index.isEndOfFormIndex() || model.getEvent(index) != FormEntryController.EVENT_QUESTION) continue;
            FormEntryPrompt prompt = model.getQuestionPrompt(index);
            int kind = prompt.getControlType();
            if (kind != Constants.CONTROL_SELECT_ONE && kind != Constants.CONTROL_SELECT_MULTI) continue;
            TreeElement node = form.getMainInstance().resolveReference(index.getReference());
            IAnswerData before = node.getValue();
            prompt.getAnswerValue();
            List<SelectChoice> choices = prompt.getSelectChoices();
            // An answer that is gone with its choice is told to nobody there until it is set.
            if (node.getValue() != before) form.setValue(node.getValue(), node.getRef(), true);
            if (!aloud) continue;
            StringBuilder said = new StringBuilder();
            for (SelectChoice each : choices) said.append(" ").append(each.getValue()).append("=").append(prompt.getSelectChoiceText(each));
            out.println("?" + path(index.getReference()) + "\t" + said.toString().replaceAll("[\r\n]", " ").trim());
        }
    }

    static void addRepeat(String ref) throws InvalidReferenceException {
        FormIndex index = FormIndex.createBeginningOfFormIndex();
        while (!index.isEndOfFormIndex()) {
            index = model.incrementIndex(index);
            model.setQuestionIndex(index);
            if (!index.isEndOfFormIndex() && model.getEvent(index) == FormEntryController.EVENT_PROMPT_NEW_REPEAT
                    && path(index.getReference()).replaceAll("\\[\\d+\\]$", "").equals(ref)) {
                form.createNewRepeat(index);
                return;
            }
        }
        throw new IllegalStateException("nothing to add at " + ref);
    }

    static void removeRepeat(String ref) {
        FormIndex index = FormIndex.createBeginningOfFormIndex();
        while (!index.isEndOfFormIndex()) {
            index = model.incrementIndex(index);
            if (!index.isEndOfFormIndex() && path(index.getReference()).startsWith(ref + "/")) {
                form.deleteRepeat(index);
                return;
            }
        }
        throw new IllegalStateException("nothing to remove at " + ref);
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
                switch (part[0]) {
                    case "open":
                        try (FileInputStream file = new FileInputStream(part[1])) { form = XFormUtils.getFormFromInputStream(file); }
                        form.initialize(true, new InstanceInitializationFactory());
                        model = new FormEntryModel(form);
                        break;
                    case "add": addRepeat(part[1]); break;
                    case "remove": removeRepeat(part[1]); break;
                    case "select":
                        TreeElement several = find(part[1].split("/"));
                        List<Selection> picked = new ArrayList<>();
                        for (String each : part[2].split(" ")) if (!each.isEmpty()) picked.add(new Selection(each));
                        form.setValue(picked.isEmpty() ? null : new MultipleItemsData(picked), several.getRef(), true);
                        break;
                    default:
                        TreeElement node = find(part[1].split("/"));
                        form.setValue(data(node, part[2]), node.getRef(), true);
                }
                walk(false);
                walk(true);
                tell(form.getMainInstance().getRoot(), "/data");
            } catch (Exception error) {
                out.println("!" + error.getClass().getSimpleName() + " " + String.valueOf(error.getMessage()).split("\n")[0]);
            }
            out.println(".");
        }
    }
}
