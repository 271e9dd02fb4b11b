{# What a statement of consent or refusal means. #}


{#
    The namespace that a consent statement's subject type means, by the lists of the var
    `consent_subjects`; null for `openid`, which means two, and for a word of no list.
#}
{% macro subject_namespace(column) -%}
    case
        {%- for namespace in var('consent_subjects') %}
        when lower(trim({{ column }})) in ('{{ var('consent_subjects')[namespace] | join("', '") }}')
            then '{{ namespace }}'
        {%- endfor %}
    end
{%- endmacro %}


{# A word of a consent statement as the lists of a var translate it; one of no list stays. #}
{% macro consent_word(column, words) -%}
    case
        {%- for word in var(words) %}
        when lower(trim({{ column }})) in ('{{ var(words)[word] | join("', '") }}') then '{{ word }}'
        {%- endfor %}
        else lower(trim({{ column }}))
    end
{%- endmacro %}


{# What a consent statement is about, as other channels write it. #}
{% macro subject_identifier() -%}
    case {{ subject_namespace('subject_type') }}
        when 'phone' then subject_phone
        when 'email' then lower(subject_id)
        else subject_id
    end
{%- endmacro %}


{# A reply that refuses further messages: R, T, TD, N, QX in any width and case, 退订, 不再接收. #}
{% macro is_opt_out(column) -%}
    coalesce(
        upper(trim({{ half_width(column) }})) in ('R', 'T', 'TD', 'N', 'QX')
        or {{ column }} like '%退订%'
        or {{ column }} like '%不再接收%',
        false
    )
{%- endmacro %}


{# Full-width letters, digits and blanks as plain ones: the part of NFKC that typed replies need. #}
{% macro half_width(column) -%}
    translate(
        {{ column }},
        '０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ　',
        '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz '
    )
{%- endmacro %}
