{{ config(materialized='handoff') }}

with

form_entries as (

    {{
        attribute_rows(
            ref('stg_jinshuju__entries'),
            source='jinshuju_entry',
            record="'jinshuju_entry:' || form_id || ':' || entry_no",
            seen_at='coalesce(updated_at, submitted_at)',
            attributes=[
                {'attribute': 'name', 'column': plain_name('real_name'), 'verified': 'false'},
                {'attribute': 'nickname', 'column': 'nickname', 'verified': 'true'},
                {'attribute': 'gender', 'column': gender('gender'), 'verified': 'true'},
                {
                    'attribute': 'birth_date',
                    'column': birth_date(json_str('answers', '$.field_5')),
                    'verified': 'false',
                },
                {
                    'attribute': 'birth_day',
                    'column': birth_day(json_str('answers', '$.field_5')),
                    'verified': 'false',
                },
            ]
        )
    }}

),

form_users as (

    {{
        attribute_rows(
            ref('stg_linkwechat__survey_users'),
            source='linkwechat_survey_user',
            record="'linkwechat_survey_user:' || _content_hash",
            seen_at='submitted_at',
            attributes=[
                {'attribute': 'nickname', 'column': 'nickname', 'verified': 'false'},
            ]
        )
    }}

),

survey_answers as (

    {{
        attribute_rows(
            ref('stg_wjx__answers'),
            source='wjx_answers',
            record="'wjx_answers:' || answer_no || ':' || cast(submitted_at as string)",
            seen_at='submitted_at',
            attributes=[
                {'attribute': 'gender', 'column': gender('gender'), 'verified': 'false'},
            ]
        )
    }}

),

final as (

    select * from form_entries
    union all
    select * from form_users
    union all
    select * from survey_answers

)

select * from final
