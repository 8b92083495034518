/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rpc/paper.h"

#include <string.h>

#include <sodium.h>

#include "base/mem.h"
#include "receipt/profile.h"
#include "receipt/receipt.h"

static char *
dump(struct request *req, json_t *answer)
{
	char	*text = json_text(req, answer);

	json_decref(answer);
	return text;
}

static char *
base64(TALLOC_CTX *ctx, const unsigned char *bytes, size_t len)
{
	size_t	 n = sodium_base64_encoded_len(len,
		    sodium_base64_VARIANT_ORIGINAL);
	char	*out = talloc_size(ctx, n);

	sodium_bin2base64(out, n, bytes, len, sodium_base64_VARIANT_ORIGINAL);
	return out;
}

/* The paper of a request: its profile, else the preset of its width. */
static int
paper_profile(struct request *req, struct receipt_profile *p, struct err *e)
{
	json_t	*profile = json_object_get(req->params, "profile");
	json_t	*width = json_object_get(req->params, "width");
	int	 mm = json_is_integer(width) ?
		    (int)json_integer_value(width) : 58;

	if (mm != 58 && mm != 80)
		return err_field(e, "width", "value", "58 or 80 mm");
	if (json_is_object(profile)) {
		if (receipt_profile_from_json(profile, p, e) == -1) {
			err_prefix(e, "profile");
			return -1;
		}
		return 0;
	}
	*p = *receipt_profile_preset(mm == 58 ? "58" : "80");
	return 0;
}

static json_t *
paper_data(const char *text, struct err *e)
{
	json_t	*data = json_loads(text, 0, NULL);

	if (data == NULL)
		err_set(e, ERR_INTERNAL, "receipt data is no JSON");
	return data;
}

char *
paper_render(struct request *req, const char *text, size_t len,
    struct err *e)
{
	struct receipt_profile	 p;
	const char		*format = json_string_value(json_object_get(
				    req->params, "format"));
	json_t			*data, *answer = NULL;
	unsigned char		*bytes;
	char			*plain;
	size_t			 n;

	(void)len;
	if (paper_profile(req, &p, e) == -1 ||
	    (data = paper_data(text, e)) == NULL)
		return NULL;
	if (format != NULL && strcmp(format, "escpos") == 0) {
		bytes = receipt_render_escpos(req, data, &p, &n, e);
		if (bytes != NULL)
			answer = json_pack("{s:s}", "escpos",
			    base64(req, bytes, n));
	} else {
		plain = receipt_render_text(req, data, p.cols, e);
		if (plain != NULL)
			answer = json_pack("{s:s}", "text", plain);
	}
	json_decref(data);
	return answer != NULL ? dump(req, answer) : NULL;
}

char *
paper_print(struct request *req, const char *text, size_t len, struct err *e)
{
	struct receipt_profile	 p;
	json_t			*data, *answer;
	unsigned char		*bytes;
	size_t			 n;

	(void)len;
	if (paper_profile(req, &p, e) == -1 ||
	    (data = paper_data(text, e)) == NULL)
		return NULL;
	bytes = receipt_render_escpos(req, data, &p, &n, e);
	if (bytes == NULL) {
		json_decref(data);
		return NULL;
	}
	answer = json_pack("{s:O,s:O,s:s}", "number", json_object_get(
	    json_object_get(data, "payment"), "number"), "copy",
	    json_object_get(data, "copy"), "escpos", base64(req, bytes, n));
	json_decref(data);
	return dump(req, answer);
}
